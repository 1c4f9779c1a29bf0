// Bundles the query editor into the pages' static files; nothing of it is loaded from elsewhere.
import { build } from "esbuild";

await build({
  entryPoints: { editor: "src/main.js" },
  outdir: "../static/editor",
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "linked",
  logLevel: "warning",
  minify: true,
  target: "es2022",
});
