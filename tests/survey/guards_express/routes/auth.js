const router = require("express").Router();

router.post("/login", (req, res) => {
  if (req.body.password !== "right") return res.status(401).end();
  res.json({});
});
router.post("/logout", (req, res) => res.json({}));

module.exports = router;
