// Block Kit → elements. `press(block, element)` is called for a button.
import { el, link, plain } from "./dom.js";
import { field } from "./fields.js";

export function blocks(list, press) {
  return (list ?? []).map((block) => one(block, press)).filter(Boolean);
}

function one(block, press) {
  if (block.type === "header") return el("h3", {}, block.text.text);
  if (block.type === "divider") return el("hr");
  if (block.type === "section") return section(block, press);
  if (block.type === "context") return el("div", { class: "context" }, block.elements.flatMap((item, n) => [n ? "\n" : "", ...plain(item)]));
  if (block.type === "actions") return el("div", { class: "actions", "data-block-id": block.block_id }, block.elements.map((item) => button(block, item, press)));
  if (block.type === "rich_text") return el("div", {}, block.elements.map(flow));
  if (block.type === "input") return field(block);
  if (block.type === "markdown") return el("div", { class: "text" }, block.text);
  return null;
}

function section(block, press) {
  const parts = [];
  if (block.text) parts.push(el("div", { class: "text" }, plain(block.text)));
  for (const item of block.fields ?? []) parts.push(el("div", { class: "text" }, plain(item)));
  if (block.accessory?.type === "button") parts.push(button(block, block.accessory, press));
  return el("div", { class: "section" }, parts);
}

function flow(element) {
  const parts = element.elements.map((part) => (part.type === "link" ? link(part.url, part.text ?? part.url) : part.text ?? ""));
  if (element.type === "rich_text_quote" || element.type === "rich_text_preformatted") return el("blockquote", {}, parts);
  return el("div", { class: "text" }, parts);
}

function button(block, element, press) {
  const made = el("button", { type: "button", class: `btn ${element.style ?? ""}`, "data-action-id": element.action_id }, element.text.text);
  made.addEventListener("click", async () => {
    if (element.confirm && !window.confirm(`${element.confirm.title.text}\n\n${element.confirm.text.text}`)) return;
    if (element.url) window.open(element.url, "_blank", "noopener");
    made.disabled = true;
    await press(block, element);
    made.disabled = false;
  });
  return made;
}
