/** In a file of its own, so that it is loaded with the first message. */
export { Notifications as default } from "@mantine/notifications";
