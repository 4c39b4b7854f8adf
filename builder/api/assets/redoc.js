/* Begins ReDoc with our own description. */
"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const night = {
  colors: {
    primary: { main: "#8ab4f8" },
    text: { primary: "#e3e3e3", secondary: "#b4b4b4" },
    border: { dark: "#4a4d55", light: "#33363d" },
    http: { get: "#6bbd5b", post: "#61affe", put: "#95a9e6", patch: "#d39a4a", delete: "#e27a7a" },
    responses: {
      success: { color: "#7ddb8b", backgroundColor: "#16301c", tabTextColor: "#7ddb8b" },
      error: { color: "#f29b9b", backgroundColor: "#3a1a1d", tabTextColor: "#f29b9b" },
    },
  },
  schema: { nestedBackground: "#1c1e24", linesColor: "#5a6378", typeNameColor: "#b4b4b4", typeTitleColor: "#b4b4b4" },
  sidebar: { backgroundColor: "#1c1e24", textColor: "#e3e3e3" },
  rightPanel: { backgroundColor: "#16181d" },
  typography: { code: { color: "#f2a97f", backgroundColor: "#2a2d35" } },
};
document.documentElement.classList.toggle("dark-mode", dark);
Redoc.init(
  document.querySelector("link[rel=service-desc]").href,
  { hideDownloadButton: true, nativeScrollbars: true, requiredPropsFirst: true, theme: dark ? night : {} },
  document.querySelector("#page"),
);
