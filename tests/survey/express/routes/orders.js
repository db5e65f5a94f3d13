const express = require("express");
const passport = require("passport");
const orders = express.Router();
orders.use(passport.authenticate("jwt"));
orders.get(`/:orderId(\\d+)/lines`, (req, res) => res.json([]));
exports.orders = orders;
