export default defineWebSocketHandler({
  open(peer) {},
});
