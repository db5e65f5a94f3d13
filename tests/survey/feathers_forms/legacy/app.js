const feathers = require('@feathersjs/feathers');
const express = require('@feathersjs/express');
const messages = require('./messages.service');

const app = express(feathers());
app.configure(express.rest());
app.configure(messages);
app.listen(3030);
