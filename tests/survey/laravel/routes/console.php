<?php

use Illuminate\Support\Facades\Route;

Artisan::command('inspire', function () {
    $this->comment(Route::has('login') ? 'yes' : 'no');
});
