import { useEffect, useState } from "react";
import { useParams } from "react-router-dom";

export function BookPage() {
  const { isbn } = useParams();
  const [text, setText] = useState("");
  useEffect(() => {
    fetch(`/api/books/${isbn}`).then((answer) => answer.json()).then((book) => setText(book.text));
  }, [isbn]);
  return <main dangerouslySetInnerHTML={{ __html: text }} />;
}
