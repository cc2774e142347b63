import { ActionIcon, Alert, Anchor, Badge, Button, createTheme, NavLink, type MantineColorsTuple } from "@mantine/core";

/** Dark enough for white text on it (4.5 : 1) from shade 6 on. */
const booth: MantineColorsTuple = [
  "#eaf3ff", "#d4e4fb", "#a6c6f2", "#75a6ea", "#4d8be3", "#357ae0", "#1c5fb0", "#174f94", "#123f78", "#0c2f5c",
];

/** Every target is at least 44 px high, for fingers. */
export const theme = createTheme({
  primaryColor: "booth",
  primaryShade: 6,
  autoContrast: true,
  colors: { booth },
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  components: {
    Button: Button.extend({ defaultProps: { size: "md" }, styles: { root: { minHeight: 44 } } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 44, variant: "subtle" } }),
    // the own colours of what is light are too faint for words (4.5 : 1)
    Alert: Alert.extend({ styles: (_theme, { variant = "light" }) => (variant === "light" ? { label: { color: "var(--mantine-color-text)" } } : {}) }),
    Badge: Badge.extend({ styles: (_theme, { variant }) => (variant === "light" ? { label: { color: "var(--mantine-color-text)" } } : {}) }),
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
    NavLink: NavLink.extend({ styles: { root: { minHeight: 44, borderRadius: "var(--mantine-radius-md)" } } }),
    TextInput: { defaultProps: { size: "md" } },
    PasswordInput: { defaultProps: { size: "md" } },
    NumberInput: { defaultProps: { size: "md" } },
    Textarea: { defaultProps: { size: "md" } },
    Select: { defaultProps: { size: "md" } },
    NativeSelect: { defaultProps: { size: "md" } },
    Switch: { defaultProps: { size: "md" } },
    // a dialog's own header would count as a second one of the page; without Modal.extend, which would load it at the start
    Modal: { defaultProps: { centered: true, attributes: { header: { role: "presentation" } } } },
  },
});
