// Bundles the query editor into the pages' static files; nothing of it is loaded from elsewhere.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

const TARGET = "../static/editor";

await build({
  entryPoints: { editor: "src/main.js" },
  outdir: TARGET,
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  target: "es2022",
});
writeFileSync(`${TARGET}/licences.txt`, licences());

/** The licences of what may be bundled: every package that is installed but the bundler. */
function licences() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const folders = Object.keys(lock.packages).filter((folder) => folder && !folder.includes("esbuild"));
  return folders.map((folder) => `${heading(folder)}\n${licence(folder)}`).join("\n");
}

function heading(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return `== ${name} ${version} (${license})\n`;
}

function licence(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file ? readFileSync(`${folder}/${file}`, "utf8") : "";
}
