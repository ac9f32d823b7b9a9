// Small pieces: elements are made with text nodes only, so nothing typed can become markup.
export function el(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (key in made && !key.includes("-") && key !== "role") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export async function ask(name, given) {
  try {
    const answer = await fetch(`/_/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "the local Slack has stopped" };
  }
}

export function said(error) {
  if (error === "operation_timeout") return "Ajar didn't answer in time. Nothing is lost; try again.";
  if (error === "unknown_command") return "No app here has this command. Type /decline.";
  if (error === "nothing_due") return "No message is waiting.";
  if (error === "app_not_installed") return "Ajar was taken out of this workspace. Start it again to go on.";
  return `That didn't work (${error}). Nothing is lost; try again.`;
}

const PAIRS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const unescaped = (text) => text.replace(/&(amp|lt|gt);/g, (found) => PAIRS[found]);
const MARKS = /<([^>|]+)(?:\|([^>]+))?>|\*([^*\n]+)\*|(?<![\w_])_([^_\n]+)_(?![\w_])|~([^~\n]+)~|`([^`\n]+)`/g;

// Slack's mrkdwn, as far as bots use it.
export function mrkdwn(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    parts.push(unescaped(text.slice(end, found.index)));
    const [whole, target, label, bold, italic, struck, code] = found;
    if (target) parts.push(reference(target, label));
    else if (bold) parts.push(el("strong", {}, unescaped(bold)));
    else if (italic) parts.push(el("em", {}, unescaped(italic)));
    else if (struck) parts.push(el("s", {}, unescaped(struck)));
    else parts.push(el("code", {}, unescaped(code)));
    end = found.index + whole.length;
  }
  parts.push(unescaped(text.slice(end)));
  return parts;
}

function reference(target, label) {
  if (/^(https?:|mailto:)/.test(target)) return link(unescaped(target), unescaped(label ?? target));
  return unescaped(label ?? target);
}

export function link(url, text) {
  const safe = /^(https?:|mailto:)/.test(url) ? url : "#";
  return el("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, text);
}

export const plain = (held) => (held?.type === "mrkdwn" ? mrkdwn(held.text) : [held?.text ?? ""]);
