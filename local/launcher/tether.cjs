/** Required first by each Node process of the platform: it stops, cleanly, when the launcher that started it is gone. */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep a process alive that has done its work.
process.channel?.unref();
