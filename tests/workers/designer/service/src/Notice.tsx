import "./theme.css";

interface NoticeProps {
  title: string;
  tone?: "info" | "danger";
  onClose: () => void;
}

export function Notice({ title, tone, onClose }: NoticeProps) {
  return (
    <section className={tone}>
      <h2>{title}</h2>
      <img src="/notice.svg" />
      <button type="button" aria-label="Close" onClick={onClose} />
    </section>
  );
}
