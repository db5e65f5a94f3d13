CREATE TABLE good (id int);
CREATE TABLE (((;
