// The page: what is on the screen is drawn from /_/state, again after each change.
import { ask, el, mrkdwn, said } from "./dom.js";
import { blocks } from "./blocks.js";
import { setZone, speak } from "./fields.js";
import { showModal } from "./modal.js";

const by = (id) => document.getElementById(id);
const FIRST = "U0ROBIN001";
let person = FIRST; // whose screen is drawn: what is pressed on it is pressed by them
let chosen = localStorage.getItem("person") || FIRST; // whose screen is asked for
let arriving; // settled when the screen of whoever was chosen is drawn
let place = "app"; // "app", or a channel's id
let tab = "messages";
let seen = {};
let state = null;
let drawn = "";

// Answers can overtake each other: what was asked last is drawn last.
let asked = 0;
let shownTurn = 0;

async function load() {
  const turn = ++asked;
  let answer = await fetch(`/_/state?person=${encodeURIComponent(chosen)}`);
  if (!answer.ok) answer = await fetch(`/_/state?person=${(chosen = FIRST)}`);
  const fresh = await answer.json();
  if (turn < shownTurn) return;
  shownTurn = turn;
  state = fresh;
  person = state.person.id;
  setZone(state.person.tz);
  speak(state.person.locale);
  draw();
}

const at = (iso, given) => new Intl.DateTimeFormat("en-GB", { timeZone: state.person.tz, ...given }).format(iso);
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const moment = (message) => new Date(Number(message.ts) * 1000);
const channel = () => (place === "app" ? state.dm : { ...state.channels.find((item) => item.id === place), channel: place });

function draw() {
  drawSidebar();
  const isApp = place === "app";
  by("title").textContent = isApp ? state.app.name : `# ${channel().name}`;
  by("tabs").hidden = !isApp;
  for (const name of ["home", "messages"]) by(`tab-${name}`).setAttribute("aria-selected", String(tab === name));
  by("composer").hidden = isApp && tab === "home";
  by("composer").style.display = isApp && tab === "home" ? "none" : "";
  isApp && tab === "home" ? drawHome() : drawMessages();
  showModal(state.modals.at(-1), person, state.modals.length > 1);
}

function drawSidebar() {
  by("person").replaceChildren(...state.people.map((item) => el("option", { value: item.id, selected: item.id === chosen }, item.real_name)));
  by("channels").replaceChildren(...state.channels.map((item) => entry(`# ${item.name}`, item.id, 0)));
  const unread = place === "app" && tab === "messages" ? 0 : state.dm.messages.filter((item) => item.bot_id && Number(item.ts) > (seen[person] ?? 0)).length;
  by("apps").replaceChildren(entry(state.app.name, "app", unread));
  by("now").textContent = `${at(new Date(state.now), LONG)}, ${at(new Date(state.now), CLOCK)}`;
  by("due").textContent = state.next_due ? `Next: ${at(new Date(state.next_due), { day: "numeric", month: "short", year: "numeric", ...CLOCK })}` : "Nothing is waiting.";
}

function entry(name, target, unread) {
  const badge = unread ? el("span", { class: "badge" }, String(unread), el("span", { class: "away" }, " unread")) : "";
  const go = () => {
    place = target;
    drawn = "";
    draw();
  };
  return el("li", {}, el("button", { type: "button", "aria-current": String(place === target), onclick: go }, name, badge));
}

function drawMessages() {
  const here = channel();
  const stamp = JSON.stringify([person, place, tab, here.messages.map((item) => [item.ts, item.edited?.ts, item.blocks.length])]);
  if (stamp === drawn) return;
  const pane = by("pane");
  const wasAtEnd = !drawn || pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  drawn = stamp;
  if (place === "app") seen[person] = Number(here.messages.at(-1)?.ts ?? 0);
  const list = el("div", { role: "log", "aria-label": "Messages", "aria-live": "polite" });
  let day = "";
  for (const message of here.messages) {
    const today = at(moment(message), LONG);
    if (today !== day) list.append(el("div", { class: "day" }, today));
    day = today;
    list.append(drawMessage(message, here));
  }
  if (!here.messages.length) list.append(el("p", { class: "empty" }, "Nothing here yet. Type /decline in the box below to begin."));
  pane.replaceChildren(list);
  if (wasAtEnd) pane.scrollTop = pane.scrollHeight;
}

function drawMessage(message, here) {
  const isBot = Boolean(message.bot_id);
  const name = isBot ? state.app.name : state.people.find((item) => item.id === message.user)?.real_name ?? "Somebody";
  const press = (block, element) => act({ type: "message", channel: here.channel, ts: message.ts }, block, element);
  const content = message.blocks.length ? blocks(message.blocks, press) : [el("div", { class: "text" }, mrkdwn(message.text))];
  const more = state.app.message_shortcuts.length && !message.ephemeral ? el("button", { type: "button", class: "more", "aria-label": "More actions", onclick: () => menuFor(message, here) }, "⋯") : "";
  return el(
    "article",
    { class: "message", "data-ts": message.ts },
    el("div", { class: `avatar ${isBot ? "bot" : ""}`, "aria-hidden": "true" }, name.slice(0, 1)),
    el("div", { class: "body" }, el("div", {}, el("span", { class: "by" }, name), isBot ? el("span", { class: "app" }, "APP") : "", el("span", { class: "at" }, at(moment(message), CLOCK))), message.ephemeral ? el("div", { class: "only" }, "Only visible to you") : "", content),
    more,
  );
}

function menuFor(message, here) {
  showMenu(state.app.message_shortcuts.map((item) => ({ name: item.name, about: item.description ?? "", run: () => tell("shortcut", { person, callback_id: item.callback_id, channel: here.channel, ts: message.ts }) })));
}

function drawHome() {
  drawn = "";
  const press = (block, element) => act({ type: "view", view_id: state.home.id }, block, element);
  by("pane").replaceChildren(el("div", { class: "home" }, state.home ? blocks(state.home.blocks, press) : el("p", { class: "empty" }, "One moment …")));
}

const act = (container, block, element) => tell("action", { person, container, block_id: block.block_id, action_id: element.action_id, value: null, state: {} });

async function tell(name, given) {
  const answer = await ask(name, given);
  by("banner").hidden = answer.ok;
  if (!answer.ok) by("banner").textContent = said(answer.error);
  return answer;
}

function showMenu(items) {
  const menu = by("commands");
  menu.hidden = !items.length;
  menu.replaceChildren(...items.map((item) => el("button", { type: "button", role: "option", onclick: () => { menu.hidden = true; item.run(); } }, item.name, el("small", {}, item.about))));
  return menu;
}

const input = by("composer-input");
input.addEventListener("input", () => {
  const word = input.value;
  const fits = word.startsWith("/") && !word.includes(" ") ? state.app.commands.filter((item) => item.command.startsWith(word)) : [];
  showMenu(fits.map((item) => ({ name: item.command, about: `${item.description} ${item.usage_hint ?? ""}`, run: () => { input.value = `${item.command} `; input.focus(); } })));
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape") by("commands").hidden = true;
  if (event.key === "ArrowUp" && !by("commands").hidden) by("commands").querySelector("button")?.focus();
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  by("composer").requestSubmit();
});
by("commands").addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (step) (event.target[step] ?? input).focus();
  if (event.key === "Escape") input.focus();
});
by("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  by("commands").hidden = true;
  await arriving;
  const answer = await tell(text.startsWith("/") ? "command" : "message", { person, channel: channel().channel, text });
  if (!answer.ok) input.value = text;
});
by("shortcuts").addEventListener("click", () => {
  if (!by("commands").hidden) { by("commands").hidden = true; return; }
  showMenu(state.app.global_shortcuts.map((item) => ({ name: item.name, about: item.description ?? "", run: () => tell("shortcut", { person, callback_id: item.callback_id }) }))).querySelector("button")?.focus();
});
by("person").addEventListener("change", (event) => {
  chosen = event.target.value;
  localStorage.setItem("person", chosen);
  drawn = "";
  arriving = load();
});
by("tab-home").addEventListener("click", () => { tab = "home"; draw(); ask("home", { person }); });
by("tab-messages").addEventListener("click", () => { tab = "messages"; drawn = ""; draw(); });
by("jump").addEventListener("click", () => tell("clock", { to: "next" }));
by("day").addEventListener("click", () => tell("clock", { advance_seconds: 86400 }));
by("hour").addEventListener("click", () => tell("clock", { advance_seconds: 3600 }));
by("theme").addEventListener("click", () => {
  const isDark = document.documentElement.dataset.theme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
});

await (arriving = load());
new EventSource("/_/events").addEventListener("message", load);
setInterval(() => { if (state) { state.now = new Date(Date.parse(state.now) + 20000).toISOString(); drawSidebar(); } }, 20000);
