/** A template picture of a fixed place, so that nothing moves when it has come. */
export function TemplatePicture({ id, alt, size = 120 }: { id: string; alt: string; size?: number }) {
  return (
    <img src={`/api/v1/template-media/${encodeURIComponent(id)}/picture`} alt={alt} width={size} height={size} loading="lazy"
      style={{ objectFit: "contain", background: "var(--mantine-color-default-hover)", borderRadius: "var(--mantine-radius-md)" }} />
  );
}
