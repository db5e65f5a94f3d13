CREATE TABLE c (id int); CREATE TABLE d (id int);
