const express = require("express");
const cors = require("cors");
const passport = require("passport");
const { expressjwt } = require("express-jwt");
const { authenticate, attachUser, requireRole, validate } = require("./middleware");
const authRouter = require("./routes/auth");
const users = require("./routes/users");
const app = express();

app.use(cors());
app.use(express.json());
app.use(attachUser);
app.get("/robots.txt", (req, res) => res.send(""));
app.use("/auth", authRouter);
app.get("/permissions/:id", (req, res) => res.json({}));
app.get("/callback", (req, res) => res.json({}));
app.post("/checked", validate, (req, res) => res.json({}));
app.get("/by-library", passport.authenticate("jwt", { session: false }), (req, res) => res.json({}));
app.post("/by-sign-in", passport.authenticate("local"), (req, res) => res.json({}));
app.get("/lenient", expressjwt({ secret: "s", credentialsRequired: false }), (req, res) => res.json({}));
app.get("/strict", expressjwt({ secret: "s" }), (req, res) => res.json({}));
app.delete("/by-role", requireRole("admin"), (req, res) => res.json({}));
app.route("/routed").all(authenticate).get((req, res) => res.json({}));
app.use("/admin", authenticate);
app.get("/admin/stats", (req, res) => res.json({}));
app.get("/administrators", (req, res) => res.json({}));
if (process.env.LOCKED) {
  app.use(requireRole("owner"));
}
app.get("/locked", (req, res) => res.json({}));
app.use("/users", authenticate, users);
app.use(authenticate);
app.get("/late", (req, res) => res.json({}));
