// Before the first paint: the theme that was chosen, else the system's. A file, since the CSP allows no inline script.
try {
  var theme = localStorage.getItem("cartwheel.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off: the system's theme it is.
}
