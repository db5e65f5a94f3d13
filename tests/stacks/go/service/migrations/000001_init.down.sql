DROP TABLE bookings;
DROP TABLE rooms;
DROP TABLE users;
