/** A large faint wheel behind a section. Only decoration. */
export function Spokes({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 200 200" className={className} aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.2">
      <circle cx="100" cy="100" r="98" />
      <circle cx="100" cy="100" r="22" />
      {Array.from({ length: 24 }, (_, spoke) => (
        <path key={spoke} d="M100 78V2" transform={`rotate(${spoke * 15} 100 100)`} />
      ))}
    </svg>
  );
}
