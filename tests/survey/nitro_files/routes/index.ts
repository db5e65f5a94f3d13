export default eventHandler(() => "ok");
