<?php

return [
    'tables' => ['orders' => 'shop_orders'],
    'prefix' => env('SHOP_PREFIX', 'shop'),
];
