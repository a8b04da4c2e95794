// Runs before the first paint, so that nobody sees the other theme flash by.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("blox.theme");
  } catch {
    // Storage may be closed to us; the default is as good.
  }
  var light = choice === "light" || (choice === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
  // The page for strangers stands in no frame.
  if (location.pathname === "/about") document.documentElement.dataset.frame = "none";
})();
