// A shared device: forgets the last person after a quiet minute, and keeps ratings while the network is away.
// Every kept rating carries its own `once` value, so that sending it twice stores it once.
(() => {
  "use strict";
  const IDLE_MS = 60000;
  const RETRY_MS = 20000;
  const STORE = "kiosk-queue";
  const form = document.getElementById("rate");
  const home = document.querySelector("[data-reset]");
  const start = home ? home.getAttribute("href") : window.location.pathname;
  let timer = 0;

  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const clear = () => {
    if (!form) return;
    form.reset();
    const once = form.querySelector("[name=once]");
    if (once) once.value = fresh();
    form.querySelectorAll("textarea,[type=tel]").forEach((field) => { field.value = ""; });
    window.scrollTo(0, 0);
  };

  const reset = () => {
    clear();
    if (navigator.onLine) window.location.replace(start);
  };

  const touched = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(reset, IDLE_MS);
  };
  ["pointerdown", "keydown", "scroll"].forEach((name) => document.addEventListener(name, touched, { passive: true }));
  touched();

  const queue = () => JSON.parse(window.localStorage.getItem(STORE) || "[]");
  const keep = (items) => window.localStorage.setItem(STORE, JSON.stringify(items));

  const flush = async () => {
    for (const item of queue()) {
      try {
        const answer = await fetch(item.url, {
          method: "POST",
          body: item.body,
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
        });
        if (answer.status >= 500) return;
      } catch {
        return;
      }
      keep(queue().filter((other) => other.body !== item.body));
    }
  };
  window.addEventListener("online", flush);
  window.setInterval(flush, RETRY_MS);
  flush();

  const say = () => {
    const note = document.querySelector("[data-offline]");
    if (!note) return;
    note.hidden = false;
    note.focus();
    window.setTimeout(() => { note.hidden = true; clear(); }, 6000);
  };

  if (form && document.querySelector("[data-offline]")) {
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      if (!form.querySelector("[name=level]:checked")) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form)).toString();
      keep([...queue(), { url: form.action || window.location.pathname, body }]);
      say();
    });
  }
})();
