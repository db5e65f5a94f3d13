<?php

Route::apiResource('orders.lines', 'LineController')->parameters(['lines' => 'order_line'])->only(['index', 'update']);
$router->delete('cache', 'CacheController@clear');
