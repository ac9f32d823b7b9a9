// Input blocks: drawing them, and reading them back as Slack's view.state.values holds them.
import { el } from "./dom.js";

// Slack says these in the language of whoever looks at them.
const WORDS = { en: { optional: " (optional)", choose: "Choose" }, es: { optional: " (opcional)", choose: "Elige" } };
let words = WORDS.en;

export function speak(locale) {
  words = WORDS[locale.slice(0, 2)] ?? WORDS.en;
}

export function field(block) {
  const element = block.element;
  const id = `f-${block.block_id}`;
  const made = draw(element, id);
  const isGroup = element.type === "radio_buttons" || element.type === "checkboxes";
  const optional = block.optional ? el("span", { class: "optional" }, words.optional) : "";
  const notes = [
    block.hint ? el("p", { class: "hint", id: `${id}-hint` }, block.hint.text) : "",
    el("p", { class: "error", id: `${id}-error`, hidden: true }),
  ];
  const label = isGroup ? el("legend", {}, block.label.text, optional) : el("label", { htmlFor: id }, block.label.text, optional);
  const box = el(isGroup ? "fieldset" : "div", { class: "field", "data-block-id": block.block_id }, label, made, notes);
  if (!isGroup) made.setAttribute("aria-describedby", `${id}-error ${block.hint ? `${id}-hint` : ""}`.trim());
  if (!block.optional && !isGroup) made.setAttribute("aria-required", "true");
  box.dataset.actionId = element.action_id;
  box.read = () => read(element, box);
  box.write = (held) => write(element, box, held);
  return box;
}

function draw(element, id) {
  const hint = element.placeholder?.text ?? "";
  switch (element.type) {
    case "plain_text_input":
      return el(element.multiline ? "textarea" : "input", { id, value: element.initial_value ?? "", placeholder: hint, maxLength: element.max_length ?? 3000 });
    case "email_text_input":
      return el("input", { id, type: "email", value: element.initial_value ?? "", placeholder: hint });
    case "url_text_input":
      return el("input", { id, type: "url", value: element.initial_value ?? "", placeholder: hint });
    case "number_input":
      return el("input", { id, type: "number", value: element.initial_value ?? "", placeholder: hint });
    case "datepicker":
      return el("input", { id, type: "date", value: element.initial_date ?? "" });
    case "timepicker":
      return el("input", { id, type: "time", value: element.initial_time ?? "" });
    case "datetimepicker":
      return el("input", { id, type: "datetime-local", value: local(element.initial_date_time) });
    case "static_select":
      return el("select", { id }, el("option", { value: "" }, hint || words.choose), options(element));
    case "multi_static_select":
      return el("select", { id, multiple: true }, options(element));
    default:
      return el("div", {}, element.options.map((item, n) => choice(element, item, `${id}-${n}`, id)));
  }
}

function options(element) {
  const one = (item) => {
    const chosen = element.initial_option?.value === item.value || element.initial_options?.some((held) => held.value === item.value);
    return el("option", { value: item.value, selected: chosen, title: item.description?.text }, item.text.text);
  };
  if (element.option_groups) return element.option_groups.map((group) => el("optgroup", { label: group.label.text }, group.options.map(one)));
  return element.options.map(one);
}

function choice(element, item, id, name) {
  const type = element.type === "radio_buttons" ? "radio" : "checkbox";
  const chosen = element.initial_option?.value === item.value || element.initial_options?.some((held) => held.value === item.value);
  const small = item.description ? el("small", {}, item.description.text) : "";
  return el("div", { class: "option" }, el("input", { type, id, name, value: item.value, checked: Boolean(chosen) }), el("label", { htmlFor: id }, item.text.text, small));
}

// datetime pickers show the time zone of the person whose screen it is.
let zone = "UTC";
export function setZone(name) {
  zone = name;
}

function offset(moment) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(moment).map((part) => [part.type, part.value]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(moment / 1000) * 1000;
}

function local(unix) {
  if (!unix) return "";
  const moment = unix * 1000;
  return new Date(moment + offset(moment)).toISOString().slice(0, 16);
}

function unix(text) {
  if (!text) return null;
  const wall = Date.parse(`${text}:00Z`);
  const first = wall - offset(wall);
  return Math.floor((wall - offset(first)) / 1000);
}

const all = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];

function read(element, box) {
  const type = element.type;
  const control = box.querySelector("input, textarea, select");
  const find = (value) => all(element).find((item) => item.value === value) ?? null;
  if (type === "static_select") return { type, selected_option: find(control.value) };
  if (type === "multi_static_select") return { type, selected_options: [...control.selectedOptions].map((item) => find(item.value)) };
  const checked = [...box.querySelectorAll("input:checked")].map((item) => find(item.value));
  if (type === "radio_buttons") return { type, selected_option: checked[0] ?? null };
  if (type === "checkboxes") return { type, selected_options: checked };
  if (type === "datepicker") return { type, selected_date: control.value || null };
  if (type === "timepicker") return { type, selected_time: control.value || null };
  if (type === "datetimepicker") return { type, selected_date_time: unix(control.value) };
  return { type, value: control.value || null };
}

function write(element, box, held) {
  const control = box.querySelector("input, textarea, select");
  if ("value" in held) control.value = held.value ?? "";
  else if ("selected_date" in held) control.value = held.selected_date ?? "";
  else if ("selected_time" in held) control.value = held.selected_time ?? "";
  else if ("selected_date_time" in held) control.value = local(held.selected_date_time);
  else {
    const values = (held.selected_options ?? [held.selected_option]).filter(Boolean).map((item) => item.value);
    for (const item of box.querySelectorAll("option")) item.selected = values.includes(item.value);
    for (const item of box.querySelectorAll("input")) item.checked = values.includes(item.value);
  }
}
