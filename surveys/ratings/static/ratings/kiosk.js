// A shared device: forgets each person, never leaves the rating page, and keeps ratings while the network is away.
// Every page carries its own `once` value, so that a rating delivered twice is stored once. No clock is read:
// the server's day counts, whatever the device believes.
(() => {
  "use strict";
  const START = document.currentScript.dataset.start;
  const HOME = START.split("?")[0];
  const IDLE_MS = 60000;
  const DONE_MS = 20000;
  const OFFLINE_MS = 6000;
  const RETRY_MS = 15000;
  const PATIENCE_MS = 15000;
  const STORE = "kiosk-queue";
  const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };
  const ESSENTIAL = ["level", "service", "comment", "once", "opened", "at"];
  const page = () => document.getElementById("rate");
  const pristine = page() && !page().hasAttribute("action") ? document.body.cloneNode(true) : null;
  let timer = 0;
  let sending = false;

  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const ask = async (url, options = {}) => {
    const control = new AbortController();
    const limit = window.setTimeout(() => control.abort(), PATIENCE_MS);
    try {
      return await fetch(url, { ...options, signal: control.signal, credentials: "same-origin" });
    } finally {
      window.clearTimeout(limit);
    }
  };

  const arrive = () => {
    const first = document.querySelector("#problem, main h1");
    if (first) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    window.scrollTo(0, 0);
    wait();
  };

  const show = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    document.documentElement.lang = next.documentElement.lang;
    document.documentElement.className = next.documentElement.className;
    document.title = next.title;
    document.body.replaceWith(next.body);
    arrive();
  };

  const tell = (name) => {
    const words = document.querySelector(`template[data-${name}]`);
    if (!words) return;
    const main = document.querySelector("main");
    const kept = Array.from(document.querySelectorAll("template"));
    main.replaceChildren(words.content.cloneNode(true), ...kept);
    arrive();
  };

  const reset = async () => {
    try {
      const answer = await ask(START);
      if (answer.ok) return show(await answer.text());
    } catch {
      // no network: go on with the page as it was first shown
    }
    if (!pristine) return tell("away");
    const again = pristine.cloneNode(true);
    again.querySelectorAll("[name=once]").forEach((field) => { field.value = fresh(); });
    document.body.replaceWith(again);
    arrive();
  };

  const wait = (pause) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(reset, pause || (document.querySelector("[data-reset]") ? DONE_MS : IDLE_MS));
  };
  ["pointerdown", "keydown", "input"].forEach((name) => {
    document.addEventListener(name, () => wait(), { passive: true });
  });

  const queue = () => JSON.parse(window.localStorage.getItem(STORE) || "[]");
  const store = (items) => window.localStorage.setItem(STORE, JSON.stringify(items));
  const forget = (item) => store(queue().filter((other) => other.body !== item.body));

  const essential = (body) => {
    const all = new URLSearchParams(body);
    return new URLSearchParams(ESSENTIAL.filter((name) => all.has(name)).map((name) => [name, all.get(name)])).toString();
  };

  const deliver = async (item) => {
    const send = (body) => ask(item.url, { method: "POST", body, headers: FORM_TYPE });
    let answer = await send(item.body);
    if (answer.status === 422) answer = await send(essential(item.body));
    if (answer.status >= 500) throw new Error(String(answer.status));
    forget(item);
  };

  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const item of queue()) await deliver(item);
    } catch {
      // still away: the next round tries again
    } finally {
      sending = false;
    }
  };
  window.addEventListener("online", flush);
  window.setInterval(flush, RETRY_MS);

  const keep = (url, data) => {
    ["step", "stay", "back", "skip"].forEach((name) => data.delete(name));
    store([...queue(), { url, body: data.toString() }]);
    tell("kept");
    wait(OFFLINE_MS);
  };

  const complete = (form, data) => {
    const service = form.querySelector("select[name=service]");
    const missing = !data.get("level") ? form.querySelector("[name=level]") : service && !data.get("service") ? service : null;
    if (missing) missing.focus();
    return !missing;
  };

  const noteFirst = (choice) => {
    const form = choice.name === "level" ? choice.form : null;
    if (!form || form.elements.namedItem("first")) return;
    const first = document.createElement("input");
    Object.assign(first, { type: "hidden", name: "first", value: choice.value });
    form.append(first);
  };
  document.addEventListener("change", (event) => noteFirst(event.target));

  const submit = async (form, button) => {
    const data = new URLSearchParams(new FormData(form, button));
    const url = button && button.hasAttribute("formaction") ? button.formAction : form.action || HOME;
    const turning = data.has("stay") || data.has("back");
    try {
      const answer = await ask(url, { method: "POST", body: data.toString(), headers: FORM_TYPE });
      if (answer.status < 500) return show(await answer.text());
    } catch {
      // the network is away, or the answer was lost: keep it, it is stored once
    }
    if (!turning && complete(form, data)) keep(form.getAttribute("action") || HOME, data);
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(event.target, event.submitter);
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    const stays = link.origin === window.location.origin && link.pathname === HOME;
    if (!stays || link.hasAttribute("data-reset")) return void reset();
    try {
      const answer = await ask(link.href);
      if (answer.ok) show(await answer.text());
    } catch {
      // without a network the page stays as it is
    }
  });

  wait();
  flush();
})();
