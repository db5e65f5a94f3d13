const router = require("express").Router();
const users = require("./users");
const { orders } = require("./orders");

const all = [
  { path: "/users", route: users },
  { path: "/orders", route: orders },
];
all.forEach((one) => {
  router.use(one.path, one.route);
});

module.exports = router;
