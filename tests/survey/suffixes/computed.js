const express = require("express");
const app = express();
const router = express.Router();
router.get("/end", (req, res) => res.end());
app.use(config.prefix(), limiter);
app.use(pathOf.users, router);
