import { useState } from "react";

type SearchFieldProps = {
  onSearch: (text: string) => void;
  placeholder?: string;
};

export function SearchField({ onSearch, placeholder = "Title or author" }: SearchFieldProps) {
  const [text, setText] = useState("");
  return (
    <form role="search" onSubmit={(event) => { event.preventDefault(); onSearch(text); }}>
      <input
        type="search"
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" aria-label="Search">
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="5" /></svg>
      </button>
    </form>
  );
}
