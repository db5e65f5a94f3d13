import { useEffect, useState } from "react";
import { BookCard } from "../components/BookCard";
import { SearchField } from "../components/SearchField";

interface Book {
  isbn: string;
  title: string;
  price: number;
}

export function Catalogue() {
  const [books, setBooks] = useState<Book[]>([]);
  const [text, setText] = useState("");
  useEffect(() => {
    fetch(`/api/books?q=${text}`).then((answer) => answer.json()).then(setBooks);
  }, [text]);
  return (
    <main>
      <SearchField onSearch={setText} />
      {books.map((book) => <BookCard key={book.isbn} {...book} />)}
    </main>
  );
}
