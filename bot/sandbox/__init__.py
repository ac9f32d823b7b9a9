"""A local Slack that imports nothing else of Ajar: server (the whole), routes, api and webapi (for the app),
screen (for the page), delivery, sockets, events and gestures (to the app), workspace, views and limits (state
and rules), person (somebody at the keyboard), faults (what goes wrong), clock.
"""
