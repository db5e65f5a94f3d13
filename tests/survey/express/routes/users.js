const { Router } = require("express");
const auth = require("../middleware/auth");
const users = require("../controllers/users");

const router = Router();
router
  .route("/:id")
  .get(auth("read"), users.one)
  .delete(users.remove);
router.post(["/", "/new"], async (req, res) => {
  const found = await client.get("/elsewhere");
  res.json(found);
});
module.exports = router;
