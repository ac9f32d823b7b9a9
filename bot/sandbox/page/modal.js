// The modal on top of the stack: focus stays inside, Escape closes, errors stand under their field.
import { ask, el, said } from "./dom.js";
import { blocks } from "./blocks.js";

const root = document.getElementById("modal-root");
let shown = null;
let before = null;

export function showModal(view, person, isDeep) {
  if (!view) {
    if (shown) before?.focus();
    shown = null;
    root.replaceChildren();
    return;
  }
  if (shown?.id === view.id && shown?.hash === view.hash) return;
  const typed = shown?.id === view.id ? state() : {};
  if (!shown) before = document.activeElement;
  shown = view;
  draw(view, person, isDeep);
  for (const box of boxes()) {
    const held = typed[box.dataset.blockId]?.[box.dataset.actionId];
    if (held) box.write(held);
  }
  (root.querySelector(".fields input, .fields textarea, .fields select, .fields button") ?? root.querySelector(".x")).focus();
}

const boxes = () => [...root.querySelectorAll(".field")];

function state() {
  return Object.fromEntries(boxes().map((box) => [box.dataset.blockId, { [box.dataset.actionId]: box.read() }]));
}

function draw(view, person, isDeep) {
  const close = () => ask("close", { person, view_id: view.id, all: false });
  const press = async (block, element) => {
    const answer = await ask("action", { person, container: { type: "view", view_id: view.id }, block_id: block.block_id, action_id: element.action_id, value: null, state: state() });
    if (!answer.ok) trouble(said(answer.error));
  };
  const submit = async (event) => {
    event.preventDefault();
    const button = root.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    const answer = await ask("submit", { person, view_id: view.id, state: state() });
    button.disabled = false;
    if (!answer.ok) errors(answer);
  };
  const form = el(
    "form",
    { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title", "data-view-id": view.id, noValidate: true, onsubmit: submit },
    el("header", {}, el("h2", { id: "modal-title" }, view.title.text), el("button", { type: "button", class: "x", "aria-label": isDeep ? "Back to the window before" : "Close the window", onclick: close }, "×")),
    el("div", { class: "fields" }, el("p", { class: "error", id: "modal-trouble", role: "alert", hidden: true }), blocks(view.blocks, press)),
    el("footer", {}, el("button", { type: "button", class: "btn", onclick: close }, view.close?.text ?? "Cancel"), view.submit ? el("button", { type: "submit", class: "btn primary" }, view.submit.text) : ""),
  );
  form.addEventListener("keydown", (event) => keys(event, close));
  root.replaceChildren(el("div", { class: "backdrop" }, form));
}

function keys(event, close) {
  if (event.key === "Escape") return close();
  if (event.key !== "Tab") return undefined;
  const stops = [...root.querySelectorAll("button, input, select, textarea, a[href]")].filter((item) => !item.disabled);
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey && document.activeElement === first) last.focus();
  else if (!event.shiftKey && document.activeElement === last) first.focus();
  else return undefined;
  return event.preventDefault();
}

function trouble(text) {
  const place = root.querySelector("#modal-trouble");
  if (place) Object.assign(place, { textContent: text, hidden: false });
}

function errors(answer) {
  for (const box of boxes()) {
    const text = answer.errors?.[box.dataset.blockId] ?? "";
    const place = box.querySelector(".error");
    Object.assign(place, { textContent: text, hidden: !text });
    box.classList.toggle("wrong", Boolean(text));
  }
  const first = root.querySelector(".wrong input, .wrong textarea, .wrong select");
  if (first) first.focus();
  else if (!answer.errors) trouble(said(answer.error));
}
