const express = require("express");
const routes = require("./routes");
const { mountAdmin } = require("./admin");
const config = require("./config");

const app = express();
app.use(express.json());
app.get("env");
app.get("/health", (req, res) => res.send("ok"));
app.use(config.api.prefix, routes);
mountAdmin(app);
require("./legacy")(app);
app.all("/any/*", (req, res) => res.end());
