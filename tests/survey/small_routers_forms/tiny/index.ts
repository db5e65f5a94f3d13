import { App } from '@tinyhttp/app';

const app = new App();
const sub = new App();
sub.get('/inner/:id', (req, res) => void res.send('x'));
app
  .get('/tiny', (req, res) => void res.send('x'))
  .post('/tiny/:id', (req, res) => void res.send('x'))
  .use('/sub', sub)
  .listen(3000);
