// A titled part of a screen, opened by a rule.
import { type ReactNode, useId } from "react";

type SectionProps = {
  title: string;
  note?: ReactNode;
  end?: ReactNode;
  children: ReactNode;
  className?: string;
};

export function Section({ title, note, end, children, className }: SectionProps) {
  const id = useId();
  return (
    <section className={`section ${className ?? ""}`} aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {note && <span className="note">{note}</span>}
        {end && <span className="end">{end}</span>}
      </div>
      {children}
    </section>
  );
}
