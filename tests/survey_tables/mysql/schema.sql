/*!40101 SET NAMES utf8 */;
# a comment; of MySQL
DROP TABLE IF EXISTS `posts`;
CREATE TABLE `posts` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(20) COLLATE utf8_bin DEFAULT 'it\'s' COMMENT 'a;b',
  `kind` enum('a','b') NOT NULL,
  `author_id` int,
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_title` (`title`(10)),
  KEY `by_author` (`author_id`,`kind`),
  CONSTRAINT `fk_author` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO posts VALUES (1,'CREATE TABLE fake (id int);');
CREATE TEMPORARY TABLE passing (id int);
RENAME TABLE posts TO articles;
ALTER TABLE articles CHANGE title headline varchar(99) NOT NULL, DROP COLUMN kind;
