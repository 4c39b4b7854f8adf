/* Begins Swagger UI: it reads our own description, and asks no server elsewhere to check it. */
"use strict";
if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark-mode");
window.ui = SwaggerUIBundle({
  url: document.querySelector("link[rel=service-desc]").href,
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  filter: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false,
});
