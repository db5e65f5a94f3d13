const Router = require("koa-router");
const router = new Router();
router.all("/me", (ctx) => {});
module.exports = router;
