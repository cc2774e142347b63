"""The only code that knows aio-pika, motor and minio."""
