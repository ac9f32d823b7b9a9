"""The stories: what happens when a person does something, or when a time comes."""
