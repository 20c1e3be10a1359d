"use strict";
(() => {
  const root = document.documentElement;
  document.body.classList.remove("no-script");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const hash = new URLSearchParams(location.search).get("theme");
  if (hash === "dark" || hash === "light") root.dataset.theme = hash;
  const theme = document.getElementById("theme");
  const label = () => { theme.textContent = dark() ? "☀ Light" : "☾ Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
  label();

  const all = document.querySelectorAll("details");
  const unfold = document.getElementById("unfold");
  if (unfold) unfold.addEventListener("click", () => {
    const open = ![...all].some((one) => one.open);
    for (const one of all) one.open = open;
    unfold.textContent = open ? "Fold all" : "Unfold all";
  });
  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".cause")) one.open = true; });

  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  reveal();

  const links = new Map([...document.querySelectorAll(".side nav a")].map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      for (const link of links.values()) link.classList.remove("here");
      const link = links.get(entry.target.id);
      if (link) link.classList.add("here");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const id of links.keys()) { const section = document.getElementById(id); if (section) watcher.observe(section); }
})();
