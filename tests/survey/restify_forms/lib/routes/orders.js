const Router = require('restify-router').Router;
const router = new Router();

router.get('', list);
router.get('/:id', list);
function list(req, res, next) { next(); }

module.exports = router;
