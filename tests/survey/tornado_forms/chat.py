from tornado.websocket import WebSocketHandler


class ChatSocket(WebSocketHandler):
    def open(self):
        self.write_message("hello")

    def on_message(self, message):
        self.write_message(message)
