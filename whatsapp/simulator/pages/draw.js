// How a message looks: bubbles, buttons, ticks, media. Text goes in as text nodes, never as markup.

const SHAPES = {
  add: "M12 5v14M5 12h14",
  attach: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  down: "M6 9l6 6 6-6",
  knobs: "M5 8h6M17 8h2M11 8a3 3 0 0 0 6 0a3 3 0 0 0-6 0M5 16h2M13 16h6M7 16a3 3 0 0 0 6 0a3 3 0 0 0-6 0",
  link: "M14 5h5v5M19 5l-8 8M11 6H6v12h12v-5",
  list: "M9 7h11M9 12h11M9 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01",
  mic: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
  phone: "M7 4h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.500-2 4 1.500v3c0 1.100-.9 2-2 2C11 19 5 13 5 6c0-1.100.9-2 2-2z",
  phones: "M5 5h6v14H5zM13 5h6v14h-6zM8 16h.01M16 16h.01",
  pin: "M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  rupee: "M7 5h10M7 9h10M7 5h3a4.500 4.500 0 0 1 0 9H7l7 6",
  reply: "M10 7L5 12l5 5M5 12h9a5 5 0 0 1 5 5v1",
  send: "M5 12L4 5l17 7-17 7 1-7zM5 12h8",
  wall: "M4 5h4.500v14H4zM9.800 5h4.500v14H9.800zM15.600 5H20v14h-4.400z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
};
const TICKS = { one: "M3 8.500l3.500 3.500L14 4.500", two: "M1.500 8.500L5 12l7.500-7.500M9 11l1 1 7.500-7.500" };

export function put(tag, classes, words = "") {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  if (words) { node.textContent = words; node.dir = "auto"; }
  return node;
}

function svg(path, box, classes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  node.setAttribute("viewBox", box);
  node.setAttribute("class", classes);
  node.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  node.append(line);
  return node;
}

export const icon = (name) => svg(SHAPES[name], "0 0 24 24", "icon");

export function initials(node, name, role) {
  const words = name.replace(/^\+/, "").split(/\s+/).filter(Boolean);
  const letters = new Intl.Segmenter().segment(words[0] || "?")[Symbol.iterator]().next().value.segment;
  node.textContent = /\d/.test(letters) ? "#" : letters.toUpperCase();
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  node.style.setProperty("--hue", hue);
  node.dataset.role = role;
}

export const number = (waId) => "+" + (waId.startsWith("91") && waId.length === 12 ? `91 ${waId.slice(2, 7)} ${waId.slice(7)}` : waId);
const clockOf = (at) => new Date(at * 1000).toLocaleTimeString("en-IN", { hour: "numeric", minute: "2-digit" });

export function day(at, now) {
  const date = new Date(at * 1000);
  const days = Math.round((new Date(now * 1000).setHours(0, 0, 0, 0) - new Date(at * 1000).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0 || days === 1) return days ? "Yesterday" : "Today";
  if (days > 1 && days < 7) return date.toLocaleDateString("en-IN", { weekday: "long" });
  return date.toLocaleDateString("en-IN", { day: "numeric", month: "long", year: "numeric" });
}

export function time(at, now) {
  const of = day(at, now);
  return of === "Today" ? clockOf(at) : of === "Yesterday" || !/\d/.test(of) ? of : new Date(at * 1000).toLocaleDateString("en-IN");
}

// --- text: *bold* _italic_ ~struck~ ```code``` and links, as WhatsApp shows them -------------------------------------

const MARKS = /(https?:\/\/[^\s]+)|```([^`]+)```|(?<![\p{L}\p{N}])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}])/gu;

function marked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(text.slice(from, match.index), mark(match));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)].filter((node) => node !== "");
}

export const plain = (text) => text.replace(MARKS, (all, ...found) => found.slice(0, 5).find(Boolean) || all).replace(/\s+/g, " ");

function mark([, url, code, bold, italic, struck]) {
  if (url) return anchor(url, url);
  if (code) return put("code", "", code);
  const node = put(bold ? "strong" : italic ? "em" : "s", "");
  node.append(...marked(bold || italic || struck));
  return node;
}

function anchor(url, words, classes = "") {
  const link = put("a", classes, words);
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

// --- the bubble ------------------------------------------------------------------------------------------------------

export function bubble(message, act) {
  const mine = message.direction === "incoming";  // the product's word: incoming to the business, so written here
  const outer = put("article", `message ${mine ? "mine" : "theirs"} is-${message.type}`);
  if (message.error) outer.classList.add("failed");
  if (!mine && ["accepted", "sent"].includes(message.status)) outer.classList.add("waiting");
  const box = put("div", "bubble");
  box.append(...content(message, act), foot(message, mine));
  outer.append(box, ...below(message, act), ...reactions(message));
  if (!message.error) box.append(menu(act));
  return outer;
}

function content(message, act) {
  const parts = [];
  if (message.quoted) parts.push(quoted({ ...message.quoted, business: message.business }, act));
  if (message.header) parts.push(message.header.text ? put("p", "title", message.header.text) : attached(message.header.media || message.header, act));
  if (message.media) parts.push(attached(message.media, act));
  if (message.location) parts.push(place(message.location));
  if (message.contacts) parts.push(put("p", "card", "👤 " + message.body));
  else if (message.body) parts.push(paragraph(message.body));
  if (message.order) parts.push(order(message.order));
  if (message.footer) parts.push(put("p", "small", message.footer));
  if (message.error) parts.push(put("p", "error", `Not delivered: ${message.error.code} ${message.error.title}`));
  return parts;
}

const rupees = (paise) => (paise / 100).toLocaleString("en-IN", { style: "currency", currency: "INR", minimumFractionDigits: paise % 100 ? 2 : 0 });

function order(of) {
  const box = put("div", "order");
  for (const item of of.items || []) box.append(put("p", "", `${item.quantity} × ${item.name} · ${rupees(item.amount * item.quantity)}`));
  if (of.total) box.append(put("strong", "", `Total ${rupees(of.total)}`));
  box.append(put("p", "small", [`Order ${of.reference_id}`, of.status.replace("_", " "), of.description].filter(Boolean).join(" · ")));
  return box;
}

function paragraph(text) {
  const node = put("p", "body");
  node.dir = "auto";
  node.append(...marked(text));
  if (/^(\p{Emoji_Presentation}|\p{Extended_Pictographic}|\u200d|\ufe0f|\s){1,8}$/u.test(text)) node.classList.add("only-emoji");
  return node;
}

function quoted(of, act) {
  const box = put("button", "quoted");
  box.type = "button";
  box.append(put("strong", "", of.direction === "incoming" ? "You" : of.business), put("span", "", plain(of.body).slice(0, 160)));
  box.onclick = () => act.quoted(of.wamid);
  return box;
}

function attached(media, act) {
  if (media.type === "location") return place(media.location);
  if (media.type === "image" || media.type === "sticker") {
    const image = put("img", media.type);
    Object.assign(image, { src: media.url, alt: media.filename || "Photo", decoding: "async" });
    image.onclick = () => act.photo(media.url);
    image.onload = act.settle;
    return image;
  }
  if (media.type === "audio" || media.type === "video") return player(media, act);
  const link = anchor(media.url, "", "document");
  const words = put("span", "document-words");
  words.append(put("strong", "", media.filename || "Document"), put("span", "", size(media)));
  link.append(icon("file"), words);
  return link;
}

const size = (media) => [media.mime_type?.split("/")[1]?.toUpperCase(), media.size && `${Math.max(1, Math.round(media.size / 1024))} KB`].filter(Boolean).join(" · ");

function player(media, act) {
  const node = put(media.type, "player");
  Object.assign(node, { src: media.url, controls: true, preload: "metadata" });
  if (media.voice) node.onplay = () => act.played();
  return node;
}

function place(of) {
  const link = anchor(`https://www.openstreetmap.org/?mlat=${of.latitude}&mlon=${of.longitude}#map=16/${of.latitude}/${of.longitude}`, "", "place");
  const words = put("span", "document-words");
  words.append(put("strong", "", of.name || "Location"), put("span", "", of.address || `${of.latitude}, ${of.longitude}`));
  link.append(icon("pin"), words);
  return link;
}

function foot(message, mine) {
  const node = put("span", "foot");
  if (message.template) node.append(put("span", "kind", message.template.name));
  node.append(put("time", "", clockOf(message.timestamp)));
  const ticks = tick(message, mine);
  if (ticks) node.append(ticks);
  return node;
}

function tick(message, mine) {
  if (message.error) return null;
  const seen = mine ? message.read_by_business : ["read", "played"].includes(message.status);
  const there = seen || message.status === "delivered";
  const node = svg(there ? TICKS.two : TICKS.one, "0 0 19 16", "tick" + (seen ? " seen" : ""));
  const words = seen ? "Read" : there ? "Delivered" : "Sent";
  node.setAttribute("aria-hidden", "false");
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", words);
  return node;
}

// --- what can be tapped ----------------------------------------------------------------------------------------------

const BUTTON_ICONS = { quick_reply: "reply", reply: "reply", url: "link", otp: "copy", copy_code: "copy", phone_number: "phone", flow: "list", location_request: "pin", review_and_pay: "rupee" };

function below(message, act) {
  if (message.error) return [];
  const box = put("div", "buttons");
  if (message.list) box.append(tappable("list", message.list.button, act.list));
  message.buttons.forEach((button, at) => box.append(one(button, at, act)));
  return box.children.length ? [box] : [];
}

function one(button, at, act) {
  const shape = BUTTON_ICONS[button.type] || "reply";
  if (button.url) {
    const link = anchor(button.url, "", "tappable");
    link.append(icon(shape), put("span", "", button.text));
    return link;
  }
  const doing = { copy_code: () => navigator.clipboard?.writeText(button.code), location_request: act.location, phone_number: () => {} };
  return tappable(shape, button.text, doing[button.type] || (() => act.tap(at)));
}

function tappable(shape, words, act) {
  const button = put("button", "tappable");
  button.type = "button";
  button.append(icon(shape), put("span", "", words));
  button.onclick = act;
  return button;
}

function reactions(message) {
  const found = Object.values(message.reactions);
  return found.length ? [put("span", "reactions", found.join(" "))] : [];
}

function menu(act) {
  const box = put("details", "menu");
  const opener = put("summary", "");
  opener.setAttribute("aria-label", "Reply or react");
  opener.append(icon("down"));
  const choices = put("div", "choices");
  const close = (doing) => () => { box.open = false; doing(); };
  for (const emoji of ["👍", "❤️", "🙏", "😂", "😮"]) {
    const button = put("button", "", emoji);
    button.type = "button";
    button.onclick = close(() => act.react(emoji));
    choices.append(button);
  }
  const reply = put("button", "reply", "Reply");
  reply.type = "button";
  reply.onclick = close(act.reply);
  choices.append(reply);
  box.append(opener, choices);
  box.onfocusout = (event) => { if (!box.contains(event.relatedTarget)) box.open = false; };
  return box;
}
