import { memo } from "react";
import { Link } from "react-router-dom";
import { useCart } from "../stores/cart";
import styles from "./BookCard.module.css";

interface BookCardProps {
  isbn: string;
  title: string;
  price: number;
  cover?: string;
}

export const BookCard = memo(function BookCard({ isbn, title, price, cover }: BookCardProps) {
  const add = useCart((cart) => cart.add);
  return (
    <article className={styles.card}>
      <Link to={`/books/${isbn}`}>
        <img src={cover ?? "/covers/none.svg"} loading="lazy" />
        <h2>{title}</h2>
      </Link>
      <p>{(price / 100).toFixed(2)} €</p>
      <button type="button" onClick={() => add(isbn)}>
        Add to cart
      </button>
    </article>
  );
});
