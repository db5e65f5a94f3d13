-- Loaded by hand into the reporting schema; not part of the migrations.
CREATE TABLE monthly_usage (
    month       DATE NOT NULL,
    tool_id     BIGINT UNSIGNED NOT NULL,
    loans       INT NOT NULL DEFAULT 0,
    days_lent   INT NULL,
    PRIMARY KEY (month, tool_id),
    KEY idx_usage_tool (tool_id)
);
